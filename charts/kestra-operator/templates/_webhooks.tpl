{{/*
Whether a request touches what is judged, as a CEL expression: creation, or a change of one of the fields or, which
only validation looks at, of the operator that the object is for. Everything else - other labels, finalizers, suspend,
deletion policy - passes without any operator, so that no object can be trapped. Takes a list: the verb, and the list
of the fields of spec that are judged. A stored object may lack any of them, hence the optional ones.
*/}}
{{- define "kestra-operator.judgedFieldsChange" -}}
{{- $terms := list "request.operation == 'CREATE'" }}
{{- if eq (first .) "validate" }}
{{- $class := "metadata.?labels[?'kestra.io/operator-class']" }}
{{- $terms = append $terms (printf "object.%s != oldObject.%s" $class $class) }}
{{- end }}
{{- range last . }}
{{- $terms = append $terms (printf "object.?spec.?%s != oldObject.?spec.?%s" . .) }}
{{- end }}
{{- join " || " $terms }}
{{- end }}

{{/* Labels that the namespaces of judged objects have: those that are watched, and what the user adds. */}}
{{- define "kestra-operator.namespaceSelector" -}}
{{- $selector := deepCopy .Values.webhook.namespaceSelector }}
{{- with include "kestra-operator.watchNamespaces" . | fromJsonArray }}
{{- $watched := dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" . }}
{{- $_ := set $selector "matchExpressions" (append (default list $selector.matchExpressions) $watched) }}
{{- end }}
{{- if $selector }}
{{- toYaml $selector }}
{{- end }}
{{- end }}

{{/* Labels of judged objects: those of the operator's class that it watches, and what the user adds. */}}
{{- define "kestra-operator.objectSelector" -}}
{{- $labels := dict }}
{{- $class := dict "key" "kestra.io/operator-class" "operator" "DoesNotExist" }}
{{- if .Values.operatorClass }}
{{- $class = dict "key" "kestra.io/operator-class" "operator" "In" "values" (list .Values.operatorClass) }}
{{- end }}
{{- $expressions := list $class }}
{{- range list .Values.watchSelector .Values.webhook.objectSelector }}
{{- $labels = mergeOverwrite $labels (deepCopy (default dict .matchLabels)) }}
{{- $expressions = concat $expressions (default list .matchExpressions) }}
{{- end }}
{{- with $labels }}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{- end }}
matchExpressions:
  {{- toYaml $expressions | nindent 2 }}
{{- end }}

{{/* What the API server trusts and calls, from a list of the root context and the path. */}}
{{- define "kestra-operator.clientConfig" -}}
{{- $root := first . }}
{{- if and (eq $root.Values.certificates.mode "secret") $root.Values.certificates.secret.caBundle }}
caBundle: {{ $root.Values.certificates.secret.caBundle | b64enc }}
{{- end }}
service:
  name: {{ include "kestra-operator.suffixed" (list $root "webhook") }}
  namespace: {{ $root.Release.Namespace }}
  port: 443
  path: {{ last . }}
{{- end }}

{{/* Annotations of a webhook configuration: the user's, and where cert-manager finds the authority to inject. */}}
{{- define "kestra-operator.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhook.annotations }}
{{- if eq .Values.certificates.mode "cert-manager" }}
{{- $certificate := printf "%s/%s" .Release.Namespace (include "kestra-operator.suffixed" (list . "webhook")) }}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" $certificate }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* One webhook, from a dict: root, verb ("mutate" or "validate"), kind, fields. */}}
{{- define "kestra-operator.webhook" -}}
- name: {{ .verb }}.{{ .kind }}.model.kestra.io
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "kestra-operator.clientConfig" (list .root (printf "/%s-model-kestra-io-v1alpha1-%s" .verb .kind)) | trim | nindent 4 }}
  rules:
    - apiGroups: [model.kestra.io]
      apiVersions: [v1alpha1]
      resources: [{{ .kind }}s]
      operations: [CREATE, UPDATE]
  matchConditions:
    - name: judged-fields-change
      expression: {{ include "kestra-operator.judgedFieldsChange" (list .verb .fields) | quote }}
  {{- with include "kestra-operator.namespaceSelector" .root }}
  namespaceSelector:
    {{- . | nindent 4 }}
  {{- end }}
  objectSelector:
    {{- include "kestra-operator.objectSelector" .root | trim | nindent 4 }}
  failurePolicy: {{ .root.Values.webhook.failurePolicy }}
  sideEffects: None
  timeoutSeconds: {{ .root.Values.webhook.timeoutSeconds }}
{{- end }}

{{/* The kinds, the fields of their spec that are judged, and who judges them, as JSON. */}}
{{- define "kestra-operator.judgedKinds" -}}
{{- toJson (list
  (dict "kind" "kestraflow" "verbs" (list "mutate" "validate") "fields" (list "tenant" "namespace" "id" "source"))
  (dict "kind" "kestrakeyvalue" "verbs" (list "validate") "fields" (list "tenant" "namespace" "key" "type" "value" "valueFrom" "ttl" "description"))
  (dict "kind" "kestranamespacefile" "verbs" (list "validate") "fields" (list "tenant" "namespace" "filename" "content" "binaryContent" "contentFrom"))) }}
{{- end }}

{{/* A webhook configuration, from a list of the root context and the verb. */}}
{{- define "kestra-operator.webhookConfiguration" -}}
{{- $root := first . }}
{{- $verb := last . }}
apiVersion: admissionregistration.k8s.io/v1
kind: {{ ternary "MutatingWebhookConfiguration" "ValidatingWebhookConfiguration" (eq $verb "mutate") }}
metadata:
  name: {{ include "kestra-operator.clusterName" $root }}
  labels:
    {{- include "kestra-operator.labels" $root | nindent 4 }}
  {{- include "kestra-operator.webhookAnnotations" $root | trim | nindent 2 }}
webhooks:
  {{- range include "kestra-operator.judgedKinds" $root | fromJsonArray }}
  {{- if has $verb .verbs }}
  {{- include "kestra-operator.webhook" (merge (dict "root" $root "verb" $verb) .) | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end }}
