package contract

// maxKnownDifferences bounds the table of each version.
const maxKnownDifferences = 10

const otherParser = "the words of the server's YAML parser, which is another one; that the text is no YAML, and " +
	"where the answer says so, agree"

// knownDifferences are, by version and step, answers whose status agrees and whose meaning does not, each with
// its reason. Statuses never differ.
var knownDifferences = map[string]map[string]string{
	"1.3.25": {
		"create malformed":        otherParser,
		"validate malformed":      otherParser,
		"validate body malformed": otherParser,
	},
	"2.0.0-SNAPSHOT": {
		"create malformed":        otherParser,
		"validate malformed":      otherParser,
		"validate body malformed": otherParser,
	},
}
