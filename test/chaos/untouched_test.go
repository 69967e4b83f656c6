package chaos

import (
	"fmt"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// untouched is what others keep in Kestra next to the targets, which nobody touches: each thing with its revision.
type untouched map[string]string

const otherTeam = "other.team"

// seedUntouched puts it there.
func seedUntouched(server *devkestra.Server) untouched {
	for _, namespace := range []string{team, otherTeam} {
		server.PutFlow(tenant, namespace, "theirs", "id: theirs\nnamespace: "+namespace+"\n")
		server.PutKeyValue(tenant, namespace, "theirs", `"theirs"`, 0)
		server.PutFile(tenant, namespace, "/theirs.txt", []byte("theirs"))
		server.PutFile(tenant, namespace, "/d/theirs.txt", []byte("theirs"))
	}
	return readUntouched(server)
}

func readUntouched(server *devkestra.Server) untouched {
	all := untouched{}
	for _, namespace := range []string{team, otherTeam} {
		flow, _ := server.Flow(tenant, namespace, "theirs")
		all["flow of "+namespace] = fmt.Sprint(flow.Revision, flow.Source)
		entry, _ := server.KeyValue(tenant, namespace, "theirs")
		all["key-value of "+namespace] = fmt.Sprint(entry.Revision, entry.Value)
		for _, path := range []string{"/theirs.txt", "/d/theirs.txt"} {
			content, found := server.File(tenant, namespace, path)
			all["file "+path+" of "+namespace] = fmt.Sprint(found, server.FileRevision(tenant, namespace, path), string(content))
		}
	}
	return all
}
