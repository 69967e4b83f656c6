package kestra

import "strings"

// Judge decides what the server thinks of one flow's source. It may be called concurrently.
type Judge func(source []byte) Verdict

// Verdict is everything a server has to say of a source; the zero value takes the flow.
type Verdict struct {
	Problems []Problem
	// Warnings, Infos and DeprecationPaths are shown by validation and refuse nothing.
	Warnings         []string
	Infos            []string
	DeprecationPaths []string
}

// Problem is one reason to refuse a flow.
type Problem struct {
	Kind    ProblemKind
	Path    string
	Message string
}

// ProblemKind decides who minds: not all problems stop every call.
type ProblemKind int

const (
	// Constraint is a rule on a value that was read; all constraints are told together.
	Constraint ProblemKind = iota
	// Unreadable is a text that is no YAML.
	Unreadable
	// BadValue is a value that cannot be converted to its property's type.
	BadValue
	// UnknownProperty is not minded by PUT before 2.0.
	UnknownProperty
	// InvalidType is a type the server has no plugin for.
	InvalidType
	// DuplicateKey is minded by creating and updating, not by validation.
	DuplicateKey
	// Crash is a flow that creating answers 500 to.
	Crash
)

// AcceptAll is a judge that takes everything.
func AcceptAll([]byte) Verdict { return Verdict{} }

// Refuse is a judge that refuses every flow with one constraint.
func Refuse(path, message string) Judge {
	return func([]byte) Verdict { return Verdict{Problems: []Problem{{Path: path, Message: message}}} }
}

// occasion is why a flow is judged.
type occasion int

const (
	validating occasion = iota
	creating
	updating
)

// minds tells whether a problem counts on an occasion.
func (s *Server) minds(p Problem, on occasion) bool {
	switch p.Kind {
	case UnknownProperty:
		return on != updating || s.dialect.strictUpdate
	case DuplicateKey:
		return on != validating
	default:
		return true
	}
}

// overwritten tells whether a problem lies in what a duplicate key replaces: validation reads the last one only.
func overwritten(p Problem, all []Problem) bool {
	for _, duplicate := range all {
		rest, under := strings.CutPrefix(p.Path, duplicate.Path)
		if duplicate.Kind == DuplicateKey && under && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// problems are what counts on an occasion. The server reads before it checks: a problem of reading is told alone,
// and so is a check that crashes.
func (s *Server) problems(source []byte, verdict Verdict, on occasion) []Problem {
	var constraints, crashes []Problem
	all := append(identityProblems(source), verdict.Problems...)
	told := map[string]bool{}
	for _, p := range all {
		switch {
		case !s.minds(p, on), on == validating && overwritten(p, all):
		case p.Kind == Crash:
			crashes = append(crashes, p)
		case p.Kind != Constraint:
			return []Problem{p}
		case !told[p.Path]:
			// The judge may repeat what the server has said of the identity itself.
			told[p.Path] = p.Path == "id" || p.Path == "namespace"
			constraints = append(constraints, p)
		}
	}
	if len(crashes) > 0 {
		return crashes[:1]
	}
	return constraints
}

// admit judges a source that is to be stored.
func (s *Server) admit(source []byte, on occasion) (document, error) {
	if problems := s.problems(source, (*s.judge.Load())(source), on); len(problems) > 0 {
		return document{}, refusal(problems)
	}
	doc, err := readDocument(source)
	if err != nil {
		return document{}, refusal([]Problem{{Kind: Unreadable, Message: err.Error()}})
	}
	return doc, nil
}

const flowClass = "io.kestra.core.models.flows.FlowWithSource"

// refusal is the error of a write, in the server's words.
func refusal(problems []Problem) error {
	first := problems[0]
	switch first.Kind {
	case Unreadable, DuplicateKey:
		return unparsed("genericflow", first)
	case BadValue:
		return unparsed("flowwithsource", first)
	case UnknownProperty:
		return invalidEntity(first.Message, Problem{Path: referencePath(first.Path), Message: first.Message})
	case InvalidType:
		path := referencePath(first.Path)
		return invalidEntity(first.Message,
			Problem{Path: path, Message: first.Message}, Problem{Path: path, Message: unresolved(first, path)})
	case Crash:
		return internalError(first.Message)
	}
	return invalidEntity(constraintText(problems), problems...)
}

func unparsed(what string, p Problem) error {
	message := "YAML parsing error: " + p.Message
	return invalidEntity("Illegal "+what+" source: "+message, Problem{Path: "yaml", Message: message})
}

func unresolved(p Problem, path string) string {
	name := strings.TrimPrefix(p.Message, "Invalid type: ")
	return "Could not resolve type id '" + name + "' as a subtype of `io.kestra.core.models.Plugin`: " +
		"No plugin registered for the defined type: '" + name + "'\n" +
		" at [Source: UNKNOWN; byte offset: #UNKNOWN] (through reference chain: " + path + ")"
}

// constraintText lists constraints as the server does, one a line.
func constraintText(problems []Problem) string {
	var text strings.Builder
	for _, p := range problems {
		text.WriteString(p.Path + ": " + p.Message + "\n")
	}
	return text.String()
}

// referencePath is a path such as tasks[0].foo as the server's reader writes it.
func referencePath(path string) string { return chainTo(flowClass, path) }

func chainTo(class, path string) string {
	var chain strings.Builder
	chain.WriteString(class)
	for i, part := range strings.Split(path, ".") {
		name, index, isItem := strings.Cut(part, "[")
		if i > 0 {
			chain.WriteString("->java.util.LinkedHashMap")
		}
		chain.WriteString(`["` + name + `"]`)
		if isItem {
			chain.WriteString("->java.util.ArrayList[" + index)
		}
	}
	return chain.String()
}
