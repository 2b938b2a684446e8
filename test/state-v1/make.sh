#!/usr/bin/env bash
# Makes this directory's state/ anew from project/: make.sh PAICTL, where PAICTL is the main.js of the paictl that is to
# be remembered. What differs from machine to machine becomes a placeholder, which test/rig/golden-state.ts fills in.
set -euo pipefail
cd "$(dirname "$0")"
main="$(realpath "$1")"
scratch="$(realpath "$(mktemp -d)")"
cp -r project "$scratch/project"
mkdir "$scratch/gates"
cd "$scratch/project"
export PAICTL_STATE_DIR="$scratch/state" TRACE=/dev/null GATES="$scratch/gates" TOKEN=golden-token
paictl() { node "$main" "$@"; }

mkdir -p components/orphan/deploy
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "stop orphan" >> "$TRACE"\n' > components/orphan/deploy/stop.sh
printf '#!/bin/sh\n' > components/orphan/deploy/start.sh
chmod +x components/orphan/deploy/*.sh
printf 'start-script: start.sh\nstop-script: stop.sh\n' > components/orphan/deploy/service.yaml

paictl service start base train web orphan --set web.port=8081
paictl service start broken && exit 1
paictl service stop web
paictl service start deleted
paictl service delete deleted --yes
mkfifo "$GATES/slow"
node "$main" service start slow & pid=$!
until [ -e "$GATES/slow-began" ]; do sleep 0.05; done
kill -9 "$pid"
wait "$pid" || true
echo > "$GATES/slow"

cd "$OLDPWD"
rm -rf state
cp -a "$scratch/state" state
boot="$(cat /proc/sys/kernel/random/boot_id)"
find state -type f -exec sed -i \
  -e "s|$scratch/project|@PROJECT@|g" -e "s|$scratch/state|@STATE@|g" -e "s|$boot|@BOOT@|g" {} +
# The process of the lock is of another boot, wherever this is unpacked.
sed -i -e "s|@BOOT@|00000000-0000-4000-8000-000000000000|" -e "s|\"host\":\"[^\"]*\"|\"host\":\"@HOST@\"|" state/*/lock.json
find state -type l | while read -r link; do
  target="$(readlink "$link")"
  ln -sfn "${target//"$scratch/project"/@PROJECT@}" "$link"
done
# Neither empty directories nor modes are kept by git.
find state -type d -empty -exec touch {}/.keep \;
rm -rf "$scratch"
