#!/usr/bin/env bash
. ./kube.sh
kube_delete
