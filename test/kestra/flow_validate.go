package kestra

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
)

// upload is one document of a validation, with the file name it came under.
type upload struct {
	source   []byte
	filename string
}

// validateFlows says what the server thinks of each document. The answer is 200 whatever it thinks.
func (s *Server) validateFlows(c *call) (answer, error) {
	uploads, err := s.uploads(c)
	if err != nil {
		return answer{}, err
	}
	results := make([]any, 0, len(uploads))
	for i, u := range uploads {
		result := s.validation(c.tenant, u.source)
		result["index"] = i
		if u.filename != "" {
			result["filename"] = u.filename
		}
		results = append(results, result)
	}
	return jsonAnswer(results)
}

func (s *Server) uploads(c *call) ([]upload, error) {
	switch got := mediaType(c); got {
	case "multipart/form-data":
		return multipartUploads(c)
	case yamlMediaType:
		body, err := readBody(c)
		if err != nil {
			return nil, err
		}
		var uploads []upload
		for _, document := range splitDocuments(body) {
			uploads = append(uploads, upload{source: document})
		}
		return uploads, nil
	default:
		return nil, unsupportedMediaType(got, "multipart/form-data, "+yamlMediaType)
	}
}

// multipartUploads reads every part named flows. A part is one document, whatever separators it has.
func multipartUploads(c *call) ([]upload, error) {
	reader, err := c.MultipartReader()
	if err != nil {
		return nil, badMultipart(err)
	}
	var uploads []upload
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badMultipart(err)
		}
		source, err := io.ReadAll(io.LimitReader(part, maxBody))
		if err != nil {
			return nil, badMultipart(err)
		}
		if part.FormName() == "flows" {
			uploads = append(uploads, upload{source: source, filename: part.FileName()})
		}
	}
	if len(uploads) == 0 {
		return nil, missingBody("flows")
	}
	return uploads, nil
}

func badMultipart(err error) error {
	return &apiError{status: http.StatusBadRequest, message: fmt.Sprintf("Bad Request: %v", err)}
}

var separatorLine = regexp.MustCompile(`(?m)^---\s*$`)

// splitDocuments splits a body on lines of "---", also on those inside a block of text, as 1.x does.
func splitDocuments(body []byte) [][]byte {
	var documents [][]byte
	for _, document := range separatorLine.Split(string(body), -1) {
		if len(bytes.TrimSpace([]byte(document))) > 0 {
			documents = append(documents, []byte(document))
		}
	}
	if len(documents) == 0 {
		documents = [][]byte{body}
	}
	return documents
}

func (s *Server) validation(tenant string, source []byte) map[string]any {
	result := map[string]any{"outdated": false}
	verdict := (*s.judge.Load())(source)
	problems := s.problems(source, verdict, validating)
	if len(problems) > 0 {
		result["constraints"] = validationText(problems)
		// Of what could not be read, nothing else is known.
		if problems[0].Kind != Constraint {
			return result
		}
	}
	doc, err := readDocument(source)
	if err != nil {
		return result
	}
	for field, name := range map[string]string{"flow": "id", "namespace": "namespace"} {
		if text, present := doc.text(name); present {
			result[field] = text
		}
	}
	result["warnings"] = append(s.missingSubflows(tenant, doc.fields), verdict.Warnings...)
	result["infos"] = append([]string{}, verdict.Infos...)
	result["deprecationPaths"] = append([]string{}, verdict.DeprecationPaths...)
	return result
}

func validationText(problems []Problem) string {
	const prefix = "Validation error: "
	switch first := problems[0]; first.Kind {
	case Unreadable:
		return prefix + "Illegal Flow source: YAML parsing error: " + first.Message
	case BadValue:
		return prefix + "Illegal flowwithsource source: YAML parsing error: " + first.Message
	case UnknownProperty, InvalidType:
		return prefix + first.Message
	case Crash:
		return "Unable to validate the flow: " + first.Message
	}
	return prefix + constraintText(problems)
}

// missingSubflows warns of every subflow task, at any depth, whose flow does not exist.
func (s *Server) missingSubflows(tenant string, value any) []string {
	warnings := []string{}
	switch v := value.(type) {
	case map[string]any:
		namespace, _ := v["namespace"].(string)
		id, _ := v["flowId"].(string)
		if v["type"] == "io.kestra.plugin.core.flow.Subflow" && namespace != "" && id != "" {
			if _, exists := s.store.flow(flowKey{tenant, namespace, id}); !exists {
				warnings = append(warnings,
					fmt.Sprintf("The subflow '%s' not found in namespace '%s'.", id, namespace))
			}
		}
		for _, key := range sortedKeys(v) {
			warnings = append(warnings, s.missingSubflows(tenant, v[key])...)
		}
	case []any:
		for _, item := range v {
			warnings = append(warnings, s.missingSubflows(tenant, item)...)
		}
	}
	return warnings
}
