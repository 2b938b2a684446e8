#!/bin/sh
echo "stop slow" >> "$TRACE"
