import type { TestProject } from './project.ts'

/** What differs from the sound component: file names under deploy/ with their texts, `service.yaml` with more keys. */
export type Fault = Readonly<Record<string, string>>

/** What each script begins with: how the one process is found, by a pid file that is not believed. */
const LIBRARY = `# shellcheck shell=bash
file=$PAICTL_RUN_DIR/pid
alive() {
  local stat
  { read -r pid <"$file" && read -r stat <"/proc/$pid/stat"; } 2>/dev/null && [ "\${stat#*) Z}" = "$stat" ]
}
begin() {
  mkdir -p "$PAICTL_DATA_DIR/db"
  echo row >"$PAICTL_DATA_DIR/db/rows"
  setsid sleep 300 &
  echo $! >"$file"
}
end() {
  if alive; then
    kill "$pid"
    while alive; do sleep 0.02; done
  fi
  rm -f "$file"
}
`

const SOUND: Fault = {
  'start.sh': 'alive || begin',
  'stop.sh': 'end',
  'delete.sh': 'end',
  'refresh.sh': 'alive',
  'status.sh': 'alive || exit 3',
}

const KEYS = `start-script: start.sh
stop-script: stop.sh
delete-script: delete.sh
refresh-script: refresh.sh
status-script: status.sh
readiness: {script: ready.sh, interval: 20ms, timeout: 3s}
`

/** Adds a component that passes all checks, but for what `fault` changes of it. */
export function addComponent(project: TestProject, name: string, fault: Fault = {}): void {
  const { 'service.yaml': keys = '', ...scripts } = fault
  const directory = `components/${name}/deploy`
  project.write(`${directory}/service.yaml`, KEYS + keys)
  project.write(`${directory}/lib.sh`, LIBRARY)
  const all = { ...SOUND, 'ready.sh': scripts['status.sh'] ?? SOUND['status.sh'] ?? '', ...scripts }
  for (const [file, body] of Object.entries(all)) {
    project.write(`${directory}/${file}`, `#!/usr/bin/env bash\n. ./lib.sh\n${body}\n`)
  }
}

/** A listener that has left everything by which its service could be told. */
const ESCAPED = `
port=$(node -p 'JSON.parse(fs.readFileSync(process.env.PAICTL_CONFIG)).port')
node=$(command -v node)
( cd / && exec env -i setsid -f "$node" -e "net.createServer().on('error', () => process.exit()).listen($port); setTimeout(() => process.exit(), 60000)" ) >/dev/null 2>&1 </dev/null
until node -e "net.connect($port).on('connect', () => process.exit()).on('error', () => process.exit(1))"; do :; done`

/** One fault each, by the check that finds it. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'status-before-start': { 'status.sh': 'exit 0' },
  start: { 'start.sh': 'echo "no database here"; exit 3' },
  'status-after-start': { 'status.sh': 'alive || exit 3; no-such-command', 'ready.sh': 'alive' },
  'start-again': { 'start.sh': 'begin' },
  refresh: { 'refresh.sh': 'echo "cannot be done"; exit 1' },
  'status-after-kill': { 'status.sh': '[ -f "$file" ] || exit 3' },
  'start-after-kill': { 'start.sh': '[ -f "$file" ] || begin' },
  stop: { 'stop.sh': 'echo "not today"; exit 1' },
  'status-after-stop': {
    'start.sh': 'rm -f "$PAICTL_DATA_DIR/stopped"; alive || begin',
    'stop.sh': 'end; touch "$PAICTL_DATA_DIR/stopped"',
    'status.sh': 'alive || [ -e "$PAICTL_DATA_DIR/stopped" ] || exit 3',
  },
  'stop-again': { 'stop.sh': 'alive || exit 1; end' },
  'data-after-stop': { 'stop.sh': 'end; rm -rf "$PAICTL_DATA_DIR/db"' },
  restart: {
    'start.sh': 'alive && exit 0; [ ! -e "$PAICTL_DATA_DIR/dump" ] || exit 1; begin',
    'stop.sh': 'end; touch "$PAICTL_DATA_DIR/dump"',
  },
  delete: { 'delete.sh': 'exit 1' },
  'status-after-delete': {
    'delete.sh': 'end; touch "${PAICTL_DATA_DIR%/data}/deleted"',
    'status.sh': 'alive || { [ -e "${PAICTL_DATA_DIR%/data}/deleted" ] && [ ! -e "$PAICTL_DATA_DIR" ]; } || exit 3',
  },
  'data-after-delete': { 'status.sh': 'mkdir -p "$PAICTL_DATA_DIR"; date >"$PAICTL_DATA_DIR/asked"; alive || exit 3' },
  'start-after-delete': {
    'start.sh': 'alive && exit 0; [ ! -e "${PAICTL_DATA_DIR%/data}/gone" ] || exit 1; begin',
    'delete.sh': 'end; touch "${PAICTL_DATA_DIR%/data}/gone"',
  },
  'delete-running': { 'delete.sh': ':' },
  processes: { 'start.sh': 'alive && exit 0; begin; sleep 301 &' },
  ports: { 'start.sh': `alive && exit 0; ${ESCAPED}\nbegin` },
  files: { 'start.sh': 'touch "$HOME/.history"; alive || begin' },
  prerequisites: { 'service.yaml': 'prerequisite: start\n' },
}
