# shellcheck shell=bash disable=SC2154
# What the scripts do on the cluster, through kubectl, with the values of settings.sh:
#
#   . ./kube.sh
#   kube_apply      applies the manifests; first refuses what would be wrong to apply, with nothing touched
#   kube_await      waits until all replicas are those that were applied, and available; else says what keeps them
#   kube_stop       scales to 0, and waits until the pods are gone
#   kube_delete     removes all that kube_apply made, and waits until it is gone
#   kube_status     0 running, 1 no pod is available, 3 not there or scaled to 0, 4 the cluster cannot be asked
#   kube_describe   prints JSON
#
# Where it was put (namespace and context) is kept in PAICTL_DATA_DIR until it is deleted: that somebody has turned to
# another context since then must not make it look stopped, or end up on two clusters. Needs bash 3.2, kubectl and POSIX
# tools. Every component has its own copy, because stop and status must work when all that is left is the deploy
# directory that paictl kept.

# shellcheck source=/dev/null
. ./settings.sh

kube_place=${PAICTL_DATA_DIR:?}/place
kube_mark=$PAICTL_DATA_DIR/pull-secret
kube_selector="app.kubernetes.io/instance=$name,app.kubernetes.io/managed-by=paictl,app.kubernetes.io/part-of=$cluster"
wanted_namespace=$namespace
wanted_context=$context
if [ -f "$kube_place" ]; then
  { read -r namespace && IFS= read -r context; } <"$kube_place" || true
fi

# kubectl, where this is. Its requests have no limit of their own; who waits gives one.
kube() {
  kubectl ${context:+"--context=$context"} --namespace="$namespace" "$@"
}

kube_apply() {
  kube_can_be_named
  kube_reach
  kube_settle
  kube_is_ours
  mkdir -p "$PAICTL_DATA_DIR"
  printf '%s\n%s\n' "$namespace" "$context" >"$kube_place.new"
  mv -f "$kube_place.new" "$kube_place"
  if [ "$pull_secret" = true ]; then
    : >"$kube_mark"
    # On the side of the server, since the other way keeps the whole manifest, password included, in an annotation.
    kube apply --server-side --force-conflicts --field-manager=paictl -f manifests/pull-secret.yaml
  fi
  kube apply -f manifests/service.yaml -f manifests/deployment.yaml
  if [ "$ingress" = true ]; then
    kube apply -f manifests/ingress.yaml
  else
    kube delete ingresses.networking.k8s.io --selector="$kube_selector" --ignore-not-found
  fi
  [ "$pull_secret" = true ] || kube_forget_pull_secret
}

kube_await() {
  # The cluster gives up first (progressDeadlineSeconds), and says so.
  if kube rollout status "deployment/$name" --timeout="$((start_seconds + 60))s"; then
    echo "$PAICTL_SERVICE is up in namespace $namespace"
    return
  fi
  {
    echo "$PAICTL_SERVICE did not come up within $start_seconds s (start-seconds). Its conditions, pods, and the end of their logs:"
    kube get "deployment/$name" -o jsonpath='{range .status.conditions[*]}{.type}={.status}: {.message}{"\n"}{end}' || true
    kube get pods --selector="$kube_selector" || true
    kube logs --selector="$kube_selector" --all-containers --prefix --tail=20 || true
    echo "pods that served before go on serving. More: kubectl${context:+ --context=$context} --namespace=$namespace describe pods --selector=app.kubernetes.io/instance=$name"
  } >&2
  return 1
}

kube_stop() {
  local found
  kube_reach
  found=$(kube get deployments.apps --field-selector="metadata.name=$name" --selector="$kube_selector" -o name)
  if [ -z "$found" ]; then
    echo "$PAICTL_SERVICE is not in namespace $namespace"
    return
  fi
  kube scale "deployment/$name" --replicas=0
  # Where no pod is left to wait for, some versions of kubectl count that as a mistake.
  kube wait pods --for=delete --selector="$kube_selector" --timeout="$((stop_seconds + 60))s" ||
    [ -z "$(kube get pods --selector="$kube_selector" -o name)" ]
  echo "$PAICTL_SERVICE is scaled to 0; its Service, Ingress and pull secret stay"
}

kube_delete() {
  kube_reach
  # In the foreground: a Deployment goes after its pods. By labels: also what an earlier configuration made.
  kube delete deployments.apps,services,ingresses.networking.k8s.io --selector="$kube_selector" --ignore-not-found \
    --cascade=foreground --wait --timeout="$((stop_seconds + 60))s"
  kube_forget_pull_secret
  rm -f "$kube_place"
  echo "$PAICTL_SERVICE is deleted from namespace $namespace"
}

kube_status() {
  local answer wanted available
  command -v kubectl >/dev/null || {
    kube_missing
    return 4
  }
  answer=$(kube get deployments.apps "$name" --ignore-not-found --request-timeout=4s \
    -o jsonpath='wanted={.spec.replicas};{.status.availableReplicas}' 2>&1) || {
    echo "$PAICTL_SERVICE: the cluster cannot be asked: ${answer##*$'\n'}"
    return 4
  }
  case $answer in
    *wanted=*) ;;
    *)
      echo "$PAICTL_SERVICE is not in namespace $namespace"
      return 3
      ;;
  esac
  IFS=';' read -r wanted available <<<"${answer##*wanted=}"
  if [ "${wanted:-0}" = 0 ]; then
    echo "$PAICTL_SERVICE is scaled to 0"
    return 3
  elif [ "${available:-0}" = 0 ]; then
    echo "$PAICTL_SERVICE: none of its replicas ($wanted) is available"
    return 1
  fi
  echo "$PAICTL_SERVICE runs: $available of $wanted replicas available"
}

kube_describe() {
  local answer wanted updated available image conditions
  kube_reach
  # jsonpath prints lists and maps as JSON. An image has no characters that JSON would have to escape.
  answer=$(kube get deployments.apps "$name" --ignore-not-found \
    -o jsonpath='{.spec.replicas};{.status.updatedReplicas};{.status.availableReplicas};{.spec.template.spec.containers[0].image};{.status.conditions}')
  IFS=';' read -r wanted updated available image conditions <<<"$answer"
  [ -z "$image" ] || image="\"$image\""
  printf '{ "namespace": "%s", "image": %s,\n' "$namespace" "${image:-null}"
  printf '  "replicas": { "wanted": %s, "updated": %s, "available": %s },\n' "${wanted:-0}" "${updated:-0}" "${available:-0}"
  printf '  "addresses": %s,\n  "conditions": %s }\n' "$(cat addresses.json)" "${conditions:-[]}"
}

# A Service is a name in the DNS, and such a name does not begin with a digit.
kube_can_be_named() {
  case $name in
    [0-9]*)
      echo "$PAICTL_SERVICE: Kubernetes takes no Service whose name begins with a digit; give it another name" >&2
      return 1
      ;;
  esac
}

kube_missing() {
  echo "$PAICTL_SERVICE: there is no kubectl on PATH: install it (https://kubernetes.io/docs/tasks/tools/), and try again" >&2
}

# Fails, and says what to do, unless there is a kubectl and the cluster answers it.
kube_reach() {
  local answer
  command -v kubectl >/dev/null || {
    kube_missing
    return 1
  }
  answer=$(kube get --raw=/version --request-timeout=15s 2>&1) || {
    {
      echo "$PAICTL_SERVICE: the cluster cannot be reached: ${answer##*$'\n'}"
      echo "  kubeconfig: ${KUBECONFIG:-~/.kube/config}, context: ${context:-the current one}"
      echo "  see: kubectl${context:+ --context=$context} cluster-info; another kubeconfig is given to paictl with -c FILE"
    } >&2
    return 1
  }
}

# Where it is to be put. From one namespace or cluster to another it does not go by itself, since that would interrupt it.
kube_settle() {
  # Without a kubeconfig, as in a pod, there is no context.
  [ -n "$context" ] || context=$(kubectl config current-context 2>/dev/null) || context=
  if [ "$wanted_namespace" != "$namespace" ] || [ "${wanted_context:-$context}" != "$context" ]; then
    echo "$PAICTL_SERVICE is in namespace $namespace of context $context, and its configuration names namespace" \
      "$wanted_namespace of context ${wanted_context:-$context}. Delete it first: paictl service delete $PAICTL_SERVICE" >&2
    return 1
  fi
}

# Whatever has its name and not its labels belongs to somebody else, and would be changed beyond recognition.
kube_is_ours() {
  local others
  others=$(kube get deployments.apps,services,ingresses.networking.k8s.io --field-selector="metadata.name=$name" \
    --selector="app.kubernetes.io/part-of!=$cluster" -o name)
  if [ -n "$others" ]; then
    echo "$PAICTL_SERVICE: in namespace $namespace there is already, of somebody else (app.kubernetes.io/part-of is not" \
      "$cluster): $others. Remove it, or choose another namespace or name" >&2
    return 1
  fi
}

# By its name, and only where one was made: so that nobody needs the right to list Secrets.
kube_forget_pull_secret() {
  [ -f "$kube_mark" ] || return 0
  kube delete secret "$name-pull" --ignore-not-found
  rm -f "$kube_mark"
}
