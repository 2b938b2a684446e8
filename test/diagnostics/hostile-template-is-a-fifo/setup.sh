#!/usr/bin/env bash
mkfifo components/web/deploy/hosts.conf.template
