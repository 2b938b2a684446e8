#!/usr/bin/env bash
# Makes the write token unless there is one: whoever read it before goes on working.
token=${PAICTL_DATA_DIR:?}/write-token
umask 077
mkdir -p "$PAICTL_DATA_DIR"

if [ -s "$token" ]; then
  chmod 600 "$token"
  echo "write token: kept"
  exit 0
fi
# Whole or not at all: a reader never sees half a token.
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$token.new"
mv -f "$token.new" "$token"
echo "write token: made"
