#!/usr/bin/env bash
ln -s ../shared.yaml cluster-config/services-configuration.yaml
