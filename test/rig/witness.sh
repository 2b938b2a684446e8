# shellcheck shell=sh disable=SC2086
# Sourced by the scripts of an arena: what they do is written down, and what they find is true of processes, not of records.
# An entry of the trace is one write to a file opened for appending: entries never mix.

say() { echo "$*" >> "$ARENA/trace"; }

# start_of PID: when it was started; empty where there is none, or a zombie only.
start_of() {
  started_at=
  read -r stat 2>/dev/null < "/proc/$1/stat" || return 1
  # The name of none of these processes holds a blank.
  set -- $stat
  [ "$3" = Z ] && return 1
  started_at=${22}
}

# is_alive FILE: whether the process runs that it names with its start time.
is_alive() {
  read -r alive_pid alive_start 2>/dev/null < "$1" || return 1
  start_of "$alive_pid" && [ "$started_at" = "$alive_start" ]
}

# begin OPERATOR: to be called first. Fails where the test says so, waits at a gate where there is one.
begin() {
  operator=$1
  own="$ARENA/last/$PAICTL_SERVICE"
  if is_alive "$own"; then say "overlap $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID $alive_pid"; fi
  start_of $$
  echo "$$ $started_at" > "$own"
  say "begin $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID"
  trap 'say "ended $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID"; exit 143' TERM
  if [ -p "$ARENA/gates/$operator-$PAICTL_SERVICE" ]; then read -r _ < "$ARENA/gates/$operator-$PAICTL_SERVICE"; fi
  if [ -e "$ARENA/failing/$operator-$PAICTL_SERVICE" ]; then end 1; fi
}

# end CODE: to be called last.
end() {
  say "end $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID $1"
  exit "$1"
}

# needs NAME...: says which of these are not ready now, and keeps what is needed for those who are stopped.
needs() {
  echo "$*" > "$PAICTL_RUN_DIR/needs"
  for other in "$@"; do
    is_alive "$PAICTL_RUN_DIR/../../$other/run/pid" && continue
    [ -e "$PAICTL_DATA_DIR/../../$other/data/result" ] && continue
    say "unready $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID $other"
  done
}

# not_needed: says who still runs that was started with this service as a prerequisite.
not_needed() {
  for list in "$PAICTL_RUN_DIR"/../../*/run/needs; do
    read -r needed 2>/dev/null < "$list" || continue
    case " $needed " in
      *" $PAICTL_SERVICE "*) ;;
      *) continue ;;
    esac
    other=${list%/run/needs}
    if is_alive "$other/run/pid"; then say "needed $operator $PAICTL_SERVICE $$ $PAICTL_RUN_ID ${other##*/}"; fi
  done
}

# launch: the service's own process, in a directory that tells whose it is.
launch() {
  is_alive "$PAICTL_RUN_DIR/pid" && return
  mkdir -p "$ARENA/daemons/$PAICTL_SERVICE"
  (cd "$ARENA/daemons/$PAICTL_SERVICE" && exec sleep 86400) &
  # Before it has become what it is to be, it would not be known for that.
  while start_of $!; do
    case $stat in *" (sleep) "*) break ;; esac
  done
  echo "$! $started_at" > "$PAICTL_RUN_DIR/pid"
}

# take_down: ends the service's process, and waits until it is gone.
take_down() {
  if is_alive "$PAICTL_RUN_DIR/pid"; then
    kill "$alive_pid"
    while is_alive "$PAICTL_RUN_DIR/pid"; do :; done
  fi
}

# keep REVISION: what the service keeps. The first start's word stays until it is deleted.
keep() {
  if [ ! -e "$PAICTL_DATA_DIR/kept" ]; then echo "$PAICTL_RUN_ID" > "$PAICTL_DATA_DIR/kept"; fi
  echo "$1" > "$PAICTL_DATA_DIR/revision"
}

# observe: as LSB init scripts do.
observe() {
  is_alive "$PAICTL_RUN_DIR/pid" && exit 0
  [ -e "$PAICTL_RUN_DIR/pid" ] && exit 1
  exit 3
}
