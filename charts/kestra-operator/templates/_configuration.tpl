{{/*
What the values mean, whichever of the accepted spellings they use. Templates return text only, so lists and maps
travel as JSON.
*/}}

{{/* Non-empty when anything is installed at all. */}}
{{- define "kestra-operator.enabled" -}}
{{- if .Values.operator.enabled }}true{{ end }}
{{- end }}

{{/* "true" when a text is a credential: neither empty nor a placeholder of the Enterprise chart ("[your-api-key]"). */}}
{{- define "kestra-operator.isCredential" -}}
{{- if and . (not (regexMatch "^\\[your-.*\\]$" .)) }}true{{ end }}
{{- end }}

{{/*
Where a credential comes from, as JSON: {"name","key"} of a Secret, with "value" when the chart makes that Secret;
{} when there is none. Takes a list: root context, values of the credential, documented spelling, key in the
chart's Secret.
*/}}
{{- define "kestra-operator.credential" -}}
{{- $root := index . 0 }}
{{- $credential := index . 1 }}
{{- $documented := index . 2 }}
{{- $key := index . 3 }}
{{- $own := include "kestra-operator.suffixed" (list $root "credentials") }}
{{- $result := dict }}
{{- if and $credential.enabled $credential.fromSecret.name }}
{{- $result = dict "name" $credential.fromSecret.name "key" (required (printf "Secret %q holds a credential for Kestra: set the key next to fromSecret.name" $credential.fromSecret.name) $credential.fromSecret.key) }}
{{- else if and $credential.enabled (include "kestra-operator.isCredential" $credential.value) }}
{{- $result = dict "name" $own "key" $key "value" $credential.value }}
{{- else if include "kestra-operator.isCredential" $documented }}
{{- $result = dict "name" $own "key" $key "value" $documented }}
{{- end }}
{{- toJson $result }}
{{- end }}

{{- define "kestra-operator.apiKey" -}}
{{- include "kestra-operator.credential" (list . .Values.configuration.kestra.apiKey .Values.operator.apiKey "api-key") }}
{{- end }}

{{/* The operator takes one of the two: an API key wins. */}}
{{- define "kestra-operator.basicAuth" -}}
{{- if include "kestra-operator.apiKey" . | fromJson }}
{{- toJson dict }}
{{- else }}
{{- include "kestra-operator.credential" (list . .Values.configuration.kestra.basicAuth .Values.operator.basicAuth "basic-auth") }}
{{- end }}
{{- end }}

{{/* Data of the chart's own Secret of credentials, as JSON; {} when there is no such Secret. */}}
{{- define "kestra-operator.credentialData" -}}
{{- $data := dict }}
{{- range $credential := list (include "kestra-operator.apiKey" . | fromJson) (include "kestra-operator.basicAuth" . | fromJson) }}
{{- with $credential.value }}
{{- $_ := set $data $credential.key . }}
{{- end }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{/* Where the authorities to trust as Kestra's come from, as a source of a projected volume; nothing when the system's do. */}}
{{- define "kestra-operator.kestraAuthority" -}}
{{- $ca := .Values.configuration.kestra.tls.ca }}
{{- $kind := ternary "secret" "configMap" (ne $ca.fromSecret.name "") }}
{{- $from := ternary $ca.fromSecret $ca.fromConfigMap (ne $ca.fromSecret.name "") }}
{{- if $from.name }}
{{- toYaml (dict $kind (dict "name" $from.name "items" (list (dict "key" $from.key "path" "ca.crt")))) }}
{{- end }}
{{- end }}

{{/* What the operator needs to know Kestra and to be known to it, as the sources of a projected volume. */}}
{{- define "kestra-operator.kestraTLS" -}}
{{- with include "kestra-operator.kestraAuthority" . }}
- {{ . | indent 2 | trim }}
{{- end }}
{{- with .Values.configuration.kestra.tls.clientCertificate.secretName }}
- secret:
    name: {{ . }}
    items:
      - key: tls.crt
        path: tls.crt
      - key: tls.key
        path: tls.key
{{- end }}
{{- end }}

{{/* The documented kestraOperator.env, a list or a map, and extraEnv, which wins, as one JSON list. */}}
{{- define "kestra-operator.userEnvironment" -}}
{{- $documented := .Values.kestraOperator.env }}
{{- if kindIs "map" $documented }}
{{- $list := list }}
{{- range $name, $value := $documented }}
{{- $list = append $list (dict "name" $name "value" (toString $value)) }}
{{- end }}
{{- $documented = $list }}
{{- end }}
{{- $extra := .Values.extraEnv }}
{{- include "kestra-operator.mergeEnvironment" (list $documented $extra) }}
{{- end }}

{{/* Joins two lists of environment variables into a JSON list; where both hold a name, the second's entry stays. */}}
{{- define "kestra-operator.mergeEnvironment" -}}
{{- $wins := dict }}
{{- range last . }}
{{- $_ := set $wins .name true }}
{{- end }}
{{- $merged := list }}
{{- range first . }}
{{- if not (hasKey $wins .name) }}
{{- $merged = append $merged . }}
{{- end }}
{{- end }}
{{- toJson (concat $merged (last .)) }}
{{- end }}

{{/*
Kubernetes namespaces to watch as a JSON list, [] for all. Read from watchNamespaces, the documented quarkus value,
or the Enterprise operator's variable where it is a literal; that operator's words for "all" and "my own" count.
*/}}
{{- define "kestra-operator.watchNamespaces" -}}
{{- $names := .Values.watchNamespaces }}
{{- if not $names }}
{{- $names = coalesce (index .Values.quarkus "operator-sdk").namespaces (index .Values "quarkus.operator-sdk.namespaces") }}
{{- end }}
{{- if not $names }}
{{- range include "kestra-operator.userEnvironment" . | fromJsonArray }}
{{- if eq .name "QUARKUS_OPERATOR_SDK_NAMESPACES" }}
{{- $names = .value }}
{{- end }}
{{- end }}
{{- end }}
{{- if kindIs "string" $names }}
{{- $names = splitList "," $names }}
{{- end }}
{{- $result := list }}
{{- $all := false }}
{{- range $names }}
{{- $name := trim . }}
{{- if eq $name "JOSDK_ALL_NAMESPACES" }}
{{- $all = true }}
{{- else if eq $name "JOSDK_WATCH_CURRENT" }}
{{- $result = append $result $.Release.Namespace }}
{{- else if $name }}
{{- $result = append $result $name }}
{{- end }}
{{- end }}
{{- toJson (ternary list (uniq $result) $all) }}
{{- end }}

{{/* The label selector watchSelector as the text that the operator and kubectl take. */}}
{{- define "kestra-operator.watchSelector" -}}
{{- $terms := list }}
{{- range $key, $value := .Values.watchSelector.matchLabels }}
{{- $terms = append $terms (printf "%s=%s" $key $value) }}
{{- end }}
{{- range .Values.watchSelector.matchExpressions }}
{{- if eq .operator "Exists" }}
{{- $terms = append $terms .key }}
{{- else if eq .operator "DoesNotExist" }}
{{- $terms = append $terms (printf "!%s" .key) }}
{{- else }}
{{- $terms = append $terms (printf "%s %s (%s)" .key (lower .operator) (join "," .values)) }}
{{- end }}
{{- end }}
{{- join "," $terms }}
{{- end }}

{{/* Labels that make an object this operator's, as a YAML map; nothing when it takes none. */}}
{{- define "kestra-operator.objectLabels" -}}
{{- $labels := deepCopy (default dict .Values.watchSelector.matchLabels) }}
{{- with .Values.operatorClass }}
{{- $_ := set $labels "kestra.io/operator-class" . }}
{{- end }}
{{- with $labels }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* Non-empty when the image is the Enterprise operator's, which cannot run this operator. */}}
{{- define "kestra-operator.isEnterpriseImage" -}}
{{- if hasPrefix "registry.kestra.io/" .Values.image.repository }}true{{ end }}
{{- end }}

{{/* Image of the operator. The Enterprise image is replaced whole: its tag and digest mean another program. */}}
{{- define "kestra-operator.image" -}}
{{- if include "kestra-operator.isEnterpriseImage" . }}
{{- printf "kestra-operator/kestra-operator:%s" .Chart.AppVersion }}
{{- else if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/*
Memory at which the Go runtime collects harder, in bytes: 90 % of the container's limit, which leaves room for what
it does not count. Empty without a limit, or with one in a unit that is not used for memory.
*/}}
{{- define "kestra-operator.goMemoryLimit" -}}
{{- $units := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 }}
{{- $limit := dig "limits" "memory" "" .Values.resources | toString }}
{{- if regexMatch "^[0-9.]+([kMGT]|[KMGT]i)?$" $limit }}
{{- mulf 0.9 (regexFind "^[0-9.]+" $limit) (get $units (regexReplaceAll "^[0-9.]+" $limit "")) | int64 }}
{{- end }}
{{- end }}

{{/* Port that the URL of Kestra names or implies. */}}
{{- define "kestra-operator.urlPort" -}}
{{- $url := urlParse .Values.configuration.kestra.url }}
{{- if regexMatch ":[0-9]+$" $url.host }}
{{- regexFind "[0-9]+$" $url.host }}
{{- else }}
{{- ternary "443" "80" (eq $url.scheme "https") }}
{{- end }}
{{- end }}
