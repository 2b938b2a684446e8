#!/bin/sh
echo "stop deleted" >> "$TRACE"
