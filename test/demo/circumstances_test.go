package main

// granted are commands that make what a page takes for granted, by page. They begin where the reader does, in a folder
// that holds nothing but the project's config; PROJECT is the project's own.
var granted = map[string]string{
	"README.md": `
cp "$PROJECT/test/demo/testdata/bad.yaml" .
mkdir flows manifests
printf 'id: hello\nnamespace: company.team\ntasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    mesage: Hello!\n' > flows/hello.yaml
cp config/samples/flow.yaml config/samples/keyvalue.yaml manifests/
`,
	"docs/guides/continuous-integration.md": `
mkdir -p chart/templates
printf 'apiVersion: v2\nname: flows\nversion: 1.0.0\n' > chart/Chart.yaml
cp config/samples/keyvalue.yaml chart/templates/
printf 'resources: [config/samples]\n' > kustomization.yaml
`,
	"docs/guides/gitops.md": `
mkdir flows
printf 'id: hello\nnamespace: company.team\ntasks:\n  - {id: greet, type: io.kestra.plugin.core.log.Log, message: Hello!}\n' > flows/hello.yaml
`,
	// Flows that nobody applied.
	"docs/guides/kestra-2.md": `
for id in nightly weekly; do
  curl --fail --silent --user "$KESTRA_API_BASIC_AUTH" --header 'Content-Type: application/x-yaml' --data-binary @- "$KESTRA_API_URL/api/v1/main/flows" <<END
id: $id
namespace: company.team
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [1, 2]
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: Hello!
END
done
`,
	"docs/guides/moving-in.md": `
mkdir scripts
echo 'print("Hello!")' > scripts/greet.py
there() { curl --fail --silent --user "$KESTRA_API_BASIC_AUTH" "$@"; }
printf 'id: report\nnamespace: company.team\ntasks:\n  - {id: write, type: io.kestra.plugin.core.log.Log, message: Report}\n' |
  there --header 'Content-Type: application/x-yaml' --data-binary @- "$KESTRA_API_URL/api/v1/main/flows"
there --request PUT --header 'Content-Type: text/plain' --data true "$KESTRA_API_URL/api/v1/main/namespaces/company.team/kv/enabled"
there --form 'fileContent=@-;filename=report.sql' "$KESTRA_API_URL/api/v1/main/namespaces/company.team/files?path=/queries/report.sql" < /dev/null
cat > "$(dirname "$(command -v kestra-operator)")/terraform" <<'END'
#!/bin/sh
echo '{"version": 4, "resources": [{"mode": "managed", "type": "kestra_flow", "name": "report", "instances": [{"attributes": {"namespace": "company.team", "flow_id": "report", "content": ""}}]}]}'
END
chmod +x "$(dirname "$(command -v kestra-operator)")/terraform"
`,
	"docs/guides/observing.md":       hello,
	"docs/guides/troubleshooting.md": hello,
	// Policies that the API server knows already: it takes a while to learn of new ones. No controller adds the rules of
	// the three kinds to the role edit.
	"docs/guides/teams.md": `
kubectl apply --server-side -k config/samples/teams
for role in editor viewer; do
  kubectl --namespace team-data create rolebinding $role --clusterrole kestra-operator-$role --group team-data
done
until printf '{apiVersion: model.kestra.io/v1alpha1, kind: KestraKeyValue, metadata: {name: probe, namespace: team-data}, spec: {namespace: company.web, key: probe, value: a}}' |
  kubectl apply --dry-run=server -f - 2>&1 | grep -q ValidatingAdmissionPolicy; do :; done
`,
	"docs/guides/values-from-secrets.md": "printf 'PK\\000\\377' > report.xlsx",
}

// hello is a flow that the operator keeps, and something that was said of it.
const hello = `
printf 'apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nmetadata: {name: hello}\nspec: {namespace: company.team, id: hello, source: "{id: hello, namespace: company.team, labels: {system.readOnly: \\"true\\"}, tasks: [{id: greet, type: io.kestra.plugin.core.log.Log, message: Hello!}]}"}\n' |
  kubectl apply -f -
kubectl wait --for=condition=Ready flow/hello
kubectl kestra suspend flow/hello
kubectl kestra resume flow/hello
`

// cleared takes away the objects of a page; Kestra and the reader's folder are new for each.
const cleared = `
kubectl delete flow,kv,nsfile --all --all-namespaces --timeout=60s
kubectl delete secret,configmap --all
`

// left are commands that take away what else a page leaves.
var left = map[string]string{
	"docs/guides/several-operators.md": `
kubectl delete validatingwebhookconfiguration/kestra-operator-validating-blue mutatingwebhookconfiguration/kestra-operator-mutating-blue
`,
	// The API server takes a while to learn that policies are gone, too.
	"docs/guides/teams.md": `
until kubectl apply --dry-run=server -f config/samples/flow.yaml; do :; done
`,
}
