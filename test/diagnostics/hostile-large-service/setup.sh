#!/usr/bin/env bash
# A megabyte of comments.
head -c 1048576 /dev/zero | tr '\0' '#' >> components/web/deploy/service.yaml
