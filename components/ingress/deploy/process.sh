# shellcheck shell=bash
# Keeps one background process per service by a pid file in PAICTL_RUN_DIR, for start, stop, refresh and status scripts:
#
#   . ./process.sh
#   process_settings FILE…   copies rendered files to where the process reads them
#   process_start COMMAND…   starts it unless it runs; returns once it has written its ready marker, or fails
#   process_stop [SECONDS]   TERM, SECONDS of patience (10), KILL; returns once it is gone
#   process_status           0 running, 1 dead (pid file without its process), 3 not running, 4 cannot be told
#   process_refresh FILE…    copies them anew, sends HUP, and does what the reload marker says
#   process_pid              prints the pid of the running process
#
# The process writes $PAICTL_RUN_DIR/$PAICTL_SERVICE.ready when it can be used and, if it knows HUP, .reloaded after
# each reload: one line, `ok…`, `failed…`, or `restart…` for what it cannot change while it runs. Needs bash 3.2 and POSIX tools; ps only on machines without /proc. Every component has its own copy,
# because stop and status must work when all that is left is the deploy directory that paictl kept.

process_files=${PAICTL_RUN_DIR:?}/${PAICTL_SERVICE:?}
process_library=${BASH_SOURCE[0]}

# Prints what tells process $1 from every other that had or will have its pid: when it was born. Fails with 1 when there
# is no such process (a zombie is none: in a container without an init nobody may ever reap it), with 4 when this machine
# cannot tell.
process_birth() {
  local stat fields boot
  if [ -r /proc/self/stat ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # pid (name) state …: the name may hold spaces, parentheses and line ends, so count from its last parenthesis.
    read -r -a fields <<<"${stat##*) }"
    case ${fields[0]} in Z | X | x) return 1 ;; esac
    # Field 22 counts from boot; the boot's id keeps a process of today from passing for one of before a reboot.
    boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=
    printf '%s %s\n' "${fields[19]}" "$boot"
  elif command -v ps >/dev/null; then
    stat=$(LC_ALL=C TZ=UTC0 ps -o stat= -o lstart= -p "$1") || return 1
    read -r -a fields <<<"$stat"
    case ${fields[0]:-Z} in Z*) return 1 ;; esac
    printf '%s\n' "${fields[*]:1}"
  else
    return 4
  fi
}

# Prints the pid of our process; fails like process_status when it does not run.
process_pid() {
  local pid born now
  [ -f "$process_files.pid" ] || return 3
  read -r pid born <"$process_files.pid" || true
  case ${pid:-} in '' | *[!0-9]*) return 1 ;; esac
  now=$(process_birth "$pid") || return $?
  [ "$now" = "$born" ] || return 1
  printf '%s\n' "$pid"
}

process_status() {
  local pid code=0
  pid=$(process_pid) || code=$?
  case $code in
    0) echo "$PAICTL_SERVICE runs (pid $pid)" ;;
    1) echo "$PAICTL_SERVICE is dead: the process of $process_files.pid is gone" ;;
    3) echo "$PAICTL_SERVICE does not run" ;;
    *) echo "$PAICTL_SERVICE: neither /proc nor ps tells whether it runs" ;;
  esac
  return "$code"
}

# A running process reads its settings again when it reloads: from the run directory, which stays, not from this copy of
# the deploy directory, which is gone when a later one has taken its place.
process_settings() {
  local file
  mkdir -p "$PAICTL_RUN_DIR"
  for file in "$@"; do
    cp "$file" "$PAICTL_RUN_DIR/$file.new"
    mv -f "$PAICTL_RUN_DIR/$file.new" "$PAICTL_RUN_DIR/$file"
  done
}

process_start() {
  local pid code=0
  pid=$(process_pid) || code=$?
  case $code in
    0) echo "$PAICTL_SERVICE already runs (pid $pid)" ;;
    4) process_status || return 4 ;;
    *)
      mkdir -p "$PAICTL_RUN_DIR"
      process_forget
      # With job control the process gets a group of its own: a signal to the group of this script does not reach it.
      set -m
      bash -c '. "$1" && shift && process_become "$@"' bash "$process_library" "$@" </dev/null &
      pid=$!
      set +m
      # Until it is ready, who interrupts this script interrupts the process too, recorded already or not.
      trap 'kill "$pid" 2>/dev/null || true; process_stop 5; exit 143' TERM INT HUP
      ;;
  esac
  process_await_ready "$pid" || return 1
  trap - TERM INT HUP
  echo "$PAICTL_SERVICE is up (pid $pid)"
}

# Runs in the new process: it records itself before it becomes the command, so no moment is left in which it runs
# unrecorded.
process_become() {
  local born
  born=$(process_birth "$$") || return 1
  printf '%s %s\n' "$$" "$born" >"$process_files.pid.$$"
  mv -f "$process_files.pid.$$" "$process_files.pid"
  trap '' HUP
  exec "$@"
}

# Waits for the ready marker of process $1, at most PROCESS_READY_SECONDS (60).
process_await_ready() {
  local code=0 deadline=$((SECONDS + ${PROCESS_READY_SECONDS:-60}))
  while process_birth "$1" >/dev/null; do
    [ ! -f "$process_files.ready" ] || return 0
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "$PAICTL_SERVICE was not ready within ${PROCESS_READY_SECONDS:-60} s, and is stopped" >&2
      process_stop 5
      return 1
    fi
    process_pause
  done
  wait "$1" 2>/dev/null || code=$?
  process_forget
  echo "$PAICTL_SERVICE ended before it was ready (exit code $code); what it had to say is above" >&2
  return 1
}

process_stop() {
  local pid signal deadline patience=${1:-10} code=0
  pid=$(process_pid) || code=$?
  if [ "$code" -ne 0 ]; then
    process_status || true
    [ "$code" -ne 4 ] || return 4
    process_forget
    return 0
  fi
  for signal in TERM KILL; do
    kill "-$signal" "$pid" 2>/dev/null || true
    # What does not end by itself goes with all of its group: it leads one, see process_start.
    [ "$signal" = TERM ] || kill -KILL -- "-$pid" 2>/dev/null || true
    deadline=$((SECONDS + patience))
    while process_pid >/dev/null; do
      if [ "$SECONDS" -ge "$deadline" ]; then
        patience=5 # KILL needs none of its own, but a moment
        continue 2
      fi
      process_pause
    done
    process_forget
    echo "$PAICTL_SERVICE stopped (pid $pid, $signal)"
    return 0
  done
  echo "$PAICTL_SERVICE still runs after KILL (pid $pid)" >&2
  return 1
}

process_refresh() {
  local pid outcome='' deadline=$((SECONDS + ${PROCESS_READY_SECONDS:-60}))
  pid=$(process_pid) || {
    process_status || true
    return 1
  }
  process_settings "$@"
  rm -f "$process_files.reloaded"
  kill -HUP "$pid"
  while [ ! -f "$process_files.reloaded" ]; do
    if ! process_pid >/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      echo "$PAICTL_SERVICE did not answer HUP, or did not survive it" >&2
      return 1
    fi
    process_pause
  done
  read -r outcome <"$process_files.reloaded" || true
  echo "$outcome"
  case $outcome in
    ok*) ;;
    restart*) bash -euo pipefail ./stop.sh && bash -euo pipefail ./start.sh ;;
    *) return 1 ;;
  esac
}

process_forget() {
  rm -f "$process_files.pid" "$process_files.ready" "$process_files.reloaded"
}

# Not every sleep takes fractions of a second.
process_pause() {
  sleep 0.1 2>/dev/null || sleep 1
}
