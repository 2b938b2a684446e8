#!/bin/sh
echo "stop broken" >> "$TRACE"
