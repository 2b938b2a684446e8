#!/usr/bin/env bash
ln -s elsewhere cluster-config
