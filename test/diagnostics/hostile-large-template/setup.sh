#!/usr/bin/env bash
head -c 600000 /dev/zero | tr '\0' 'x' >> components/web/deploy/big.conf.template
