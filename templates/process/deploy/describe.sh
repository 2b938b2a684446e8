#!/usr/bin/env bash
. ./process.sh
printf '{ "pid": %s, "settings": %s }\n' "$(process_pid || echo null)" "$(cat settings.json)"
