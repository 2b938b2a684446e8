#!/usr/bin/env bash
mkfifo components/web/deploy/service.yaml
