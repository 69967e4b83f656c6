{{/*
Whether a request touches what is judged, as a CEL expression: creation, or a change of one of the fields. Everything
else - labels, finalizers, suspend, deletion policy - passes without any operator, so that no object can be trapped.
Takes the list of the fields of spec that are judged. has() guards each, since a stored object may lack any of them.
*/}}
{{- define "kestra-operator.judgedFieldsChanged" -}}
{{- $changes := list }}
{{- range . }}
{{- $changes = append $changes (printf "has(object.spec.%[1]s) != has(oldObject.spec.%[1]s) || (has(object.spec.%[1]s) && object.spec.%[1]s != oldObject.spec.%[1]s)" .) }}
{{- end }}
{{- printf "request.operation == 'CREATE' || has(object.spec) != has(oldObject.spec) || (has(object.spec) && (%s))" (join " || " $changes) }}
{{- end }}

{{/* Labels that the namespaces of judged objects have: those that are watched, and what the user adds. */}}
{{- define "kestra-operator.namespaceSelector" -}}
{{- $selector := deepCopy .Values.webhook.namespaceSelector }}
{{- with include "kestra-operator.watchNamespaces" . | fromJsonArray }}
{{- $watched := dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" . }}
{{- $_ := set $selector "matchExpressions" (append (default list $selector.matchExpressions) $watched) }}
{{- end }}
{{- toYaml $selector }}
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

{{/* One webhook, from a dict: root, verb ("mutate" or "validate"), kind, plural, fields. */}}
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
      scope: Namespaced
  matchPolicy: Equivalent
  matchConditions:
    - name: judged-fields-changed
      expression: {{ include "kestra-operator.judgedFieldsChanged" .fields | quote }}
  namespaceSelector:
    {{- include "kestra-operator.namespaceSelector" .root | nindent 4 }}
  objectSelector:
    {{- toYaml .root.Values.webhook.objectSelector | nindent 4 }}
  failurePolicy: {{ .root.Values.webhook.failurePolicy }}
  sideEffects: None
  timeoutSeconds: {{ .root.Values.webhook.timeoutSeconds }}
{{- end }}

{{/* The kinds and the fields of their spec that are judged, as JSON. */}}
{{- define "kestra-operator.judgedKinds" -}}
{{- toJson (list
  (dict "kind" "kestraflow" "fields" (list "tenant" "namespace" "id" "source"))
  (dict "kind" "kestrakeyvalue" "fields" (list "tenant" "namespace" "key" "type" "value" "valueFrom" "ttl"))
  (dict "kind" "kestranamespacefile" "fields" (list "tenant" "namespace" "filename" "content" "binaryContent" "contentFrom"))) }}
{{- end }}
