{{/* Arguments of the operator, as a YAML list. */}}
{{- define "kestra-operator.arguments" -}}
- run
- --name={{ include "kestra-operator.fullname" . }}
{{- with .Values.configuration.kestra.uiUrl }}
- --kestra-ui-url={{ . }}
{{- end }}
{{- with .Values.configuration.kestra.version }}
- --kestra-version={{ . }}
{{- end }}
{{- with .Values.configuration.kestra.defaultTenant }}
- --default-tenant={{ . }}
{{- end }}
- --kestra-timeout={{ .Values.configuration.kestra.timeout }}
{{- if .Values.configuration.kestra.tls.insecureSkipVerify }}
- --kestra-insecure-skip-verify
{{- end }}
{{- if include "kestra-operator.kestraAuthority" . }}
- --kestra-ca-file=/etc/kestra-operator/kestra/ca.crt
{{- end }}
{{- if .Values.configuration.kestra.tls.clientCertificate.secretName }}
- --kestra-client-certificate=/etc/kestra-operator/kestra/tls.crt
- --kestra-client-key=/etc/kestra-operator/kestra/tls.key
{{- end }}
{{- with include "kestra-operator.watchNamespaces" . | fromJsonArray }}
- --watch-namespaces={{ join "," . }}
{{- end }}
{{- with .Values.operatorClass }}
- --operator-class={{ . }}
{{- end }}
{{- with include "kestra-operator.watchSelector" . }}
- {{ printf "--watch-selector=%s" . | quote }}
{{- end }}
{{- if .Values.targetPolicy.rules }}
- --target-policy=/etc/kestra-operator/policy/policy.yaml
{{- end }}
- --read-only-label={{ include "kestra-operator.mode" .Values.readOnlyLabel.mode }}
- --server-check={{ include "kestra-operator.mode" .Values.serverCheck.mode }}
{{- if .Values.valueFrom.enabled }}
- --value-from
{{- end }}
- --interval={{ .Values.sync.interval }}
- --concurrency={{ .Values.sync.concurrency }}
- --crds={{ ternary "operator" "none" (eq .Values.crds.mode "operator") }}
- --leader-elect={{ .Values.leaderElection.enabled }}
- --webhook-port={{ .Values.webhook.port }}
- --cert-dir=/run/kestra-operator/certs
- --certificate-secret={{ include "kestra-operator.certificateSecretName" . }}
{{- if eq .Values.certificates.mode "cert-manager" }}
- --certificate={{ include "kestra-operator.suffixed" (list . "webhook") }}
{{- end }}
{{- if eq .Values.certificates.mode "self-managed" }}
- --self-managed-certificates
- --webhook-service={{ include "kestra-operator.suffixed" (list . "webhook") }}
{{- end }}
- --validating-webhook={{ include "kestra-operator.clusterName" . }}
- --mutating-webhook={{ include "kestra-operator.clusterName" . }}
- --metrics-bind-address={{ if .Values.metrics.enabled }}:{{ .Values.metrics.port }}{{ else }}0{{ end }}
{{- if and .Values.metrics.enabled .Values.metrics.secure }}
- --metrics-secure
{{- end }}
- --health-probe-bind-address=:{{ .Values.health.port }}
- --shutdown-delay={{ .Values.shutdown.delaySeconds }}s
- --log-level={{ .Values.log.level }}
- --log-format={{ .Values.log.format }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A mode as the operator spells it: a bare off in YAML is the boolean false. */}}
{{- define "kestra-operator.mode" -}}
{{- if kindIs "bool" . }}off{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Environment of the operator, as a YAML list. What the user says wins, name by name. */}}
{{- define "kestra-operator.environment" -}}
{{- $own := list
  (dict "name" "POD_NAMESPACE" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.namespace")))
  (dict "name" "KESTRA_API_URL" "value" .Values.configuration.kestra.url) }}
{{- with include "kestra-operator.apiKey" . | fromJson }}
{{- $own = append $own (dict "name" "KESTRA_API_API_KEY" "valueFrom" (dict "secretKeyRef" (dict "name" .name "key" .key))) }}
{{- end }}
{{- with include "kestra-operator.basicAuth" . | fromJson }}
{{- $own = append $own (dict "name" "KESTRA_API_BASIC_AUTH" "valueFrom" (dict "secretKeyRef" (dict "name" .name "key" .key))) }}
{{- end }}
{{- $own = concat $own (include "kestra-operator.tracingEnvironment" . | fromJsonArray) }}
{{- with include "kestra-operator.goMemoryLimit" . }}
{{- $own = append $own (dict "name" "GOMEMLIMIT" "value" .) }}
{{- end }}
{{- $user := include "kestra-operator.userEnvironment" . | fromJsonArray }}
{{- include "kestra-operator.mergeEnvironment" (list $own $user) | fromJsonArray | toYaml }}
{{- end }}

{{/* Annotations of the pods. A changed credential of the chart's own Secret, or a changed policy, restarts them. */}}
{{- define "kestra-operator.podAnnotations" -}}
{{- $own := dict "kubectl.kubernetes.io/default-container" "kestra-operator" }}
{{- with include "kestra-operator.credentialData" . | fromJson }}
{{- $_ := set $own "checksum/credentials" (toJson . | sha256sum) }}
{{- end }}
{{- with .Values.targetPolicy.rules }}
{{- $_ := set $own "checksum/target-policy" (toJson . | sha256sum) }}
{{- end }}
{{- mergeOverwrite $own (deepCopy .Values.podAnnotations) | toYaml }}
{{- end }}

{{/* Security context of the pods: the user's, completed to Pod Security "restricted". */}}
{{- define "kestra-operator.podSecurityContext" -}}
{{- $restricted := dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- mergeOverwrite $restricted (deepCopy .Values.podSecurityContext) | toYaml }}
{{- end }}

{{/* Security context of a container: the user's, completed to Pod Security "restricted". */}}
{{- define "kestra-operator.securityContext" -}}
{{- $restricted := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) }}
{{- mergeOverwrite $restricted (deepCopy .Values.securityContext) | toYaml }}
{{- end }}
