#!/usr/bin/env bash
# Pods are replaced only if what they are made from has changed; then one by one, each when a new one is ready.
. ./kube.sh
kube_apply
kube_await
