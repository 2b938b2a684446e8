#!/usr/bin/env bash
# 0: the store has what was published; 3: it has not; 4: the store does not answer, so nobody knows.
exec node published.mjs status
