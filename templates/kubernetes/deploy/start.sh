#!/usr/bin/env bash
. ./kube.sh
kube_apply
kube_await
