node ../src/train.mjs
