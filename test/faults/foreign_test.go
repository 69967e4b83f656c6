package faults_test

import devkestra "github.com/kestra-operator/kestra-operator/test/kestra"

// foreignItem is something in Kestra that no object wants.
type foreignItem struct {
	revision int
	content  string
}

// seedForeign puts next to the targets what others keep in Kestra: the file is the only sibling of the operator's
// own, which a careless deletion takes along.
func seedForeign(server *devkestra.Server) {
	server.PutFlow(tenant, team, "theirs", "id: theirs\nnamespace: "+team+"\n")
	server.PutFlow(tenant, "other.team", "hello", "id: hello\nnamespace: other.team\n")
	server.PutKeyValue(tenant, team, "theirs", `"theirs"`, 0)
	server.PutKeyValue(tenant, "other.team", "hello", `42`, 0)
	server.PutFile(tenant, team, "/dir/theirs.txt", []byte("theirs"))
	server.PutFile(tenant, team, "/theirs.txt", []byte("theirs"))
	server.PutFile(tenant, "other.team", "/dir/hello.txt", []byte("theirs"))
}

// foreign returns all that Kestra holds beside the targets of the kinds.
func foreign(server *devkestra.Server) map[string]foreignItem {
	items := map[string]foreignItem{}
	for _, flow := range server.Flows(tenant) {
		items["flow "+flow.Namespace+"/"+flow.ID] = foreignItem{flow.Revision, flow.Source}
	}
	for _, entry := range server.KeyValues(tenant) {
		items["key-value "+entry.Namespace+"/"+entry.Key] = foreignItem{revision: entry.Revision}
	}
	for _, namespace := range []string{team, "other.team"} {
		for path, content := range server.Files(tenant, namespace) {
			items["file "+namespace+path] = foreignItem{server.FileRevision(tenant, namespace, path), string(content)}
		}
	}
	delete(items, "flow "+team+"/hello")
	delete(items, "key-value "+team+"/hello")
	delete(items, "file "+team+"/dir/hello.txt")
	return items
}
