#!/bin/sh
[ -p "$GATES/slow" ] || exit 0
touch "$GATES/slow-began"
read -r _ < "$GATES/slow"
