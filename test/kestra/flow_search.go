package kestra

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// page is the part of a list that was asked for.
type page struct{ number, size int }

const (
	defaultPageSize = 10
	maxPageSize     = 10_000
)

func pageOf(query url.Values) (page, error) {
	p := page{number: 1, size: defaultPageSize}
	for name, value := range map[string]*int{"page": &p.number, "size": &p.size} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return page{}, &apiError{
				status:  http.StatusUnprocessableEntity,
				message: "Invalid entity: " + name + ": must be greater than or equal to 1\n",
			}
		}
		*value = n
	}
	p.size = min(p.size, maxPageSize)
	return p, nil
}

// pageAnswer is a page of a list. Past the end the server says that there is nothing at all: total is 0.
func pageAnswer[T any](p page, all []T, render func(T) map[string]any) (answer, error) {
	start := (p.number - 1) * p.size
	if start >= len(all) {
		return jsonAnswer(map[string]any{"results": []any{}, "total": 0})
	}
	var results []any
	for _, item := range all[start:min(start+p.size, len(all))] {
		results = append(results, render(item))
	}
	return jsonAnswer(map[string]any{"results": results, "total": len(all)})
}

// namespaceFilter reads filters[namespace][...] and, where the version still does, namespace=.
func (s *Server) namespaceFilter(query url.Values) func(namespace string) bool {
	conditions := map[string]func(namespace, value string) bool{
		"EQUALS":      func(namespace, value string) bool { return namespace == value },
		"NOT_EQUALS":  func(namespace, value string) bool { return namespace != value },
		"PREFIX":      isUnder,
		"STARTS_WITH": strings.HasPrefix,
		"ENDS_WITH":   strings.HasSuffix,
		"CONTAINS":    strings.Contains,
		"IN": func(namespace, value string) bool {
			return slices.Contains(strings.Split(value, ","), namespace)
		},
	}
	return func(namespace string) bool {
		for name, holds := range conditions {
			if value := query.Get("filters[namespace][" + name + "]"); value != "" && !holds(namespace, value) {
				return false
			}
		}
		if value := query.Get("namespace"); value != "" && s.dialect.oldFilters {
			return isUnder(namespace, value)
		}
		return true
	}
}

func isUnder(namespace, parent string) bool {
	return namespace == parent || strings.HasPrefix(namespace, parent+".")
}

func (s *Server) searchFlows(c *call) (answer, error) {
	query := c.URL.Query()
	p, err := pageOf(query)
	if err != nil {
		return answer{}, err
	}
	inNamespace := s.namespaceFilter(query)
	text := strings.ToLower(query.Get("filters[q][EQUALS]"))
	flows := s.store.list(c.tenant)
	if field, order, _ := strings.Cut(query.Get("sort"), ":"); field == "id" {
		byID := func(a, b Flow) int {
			if order == "desc" {
				a, b = b, a
			}
			return strings.Compare(a.ID, b.ID)
		}
		if !slices.IsSortedFunc(flows, byID) {
			slices.SortStableFunc(flows, byID)
		}
	}
	flows = slices.DeleteFunc(flows, func(flow Flow) bool {
		return !inNamespace(flow.Namespace) || text != "" && !strings.Contains(strings.ToLower(flow.Namespace+"."+flow.ID), text)
	})
	return pageAnswer(p, flows, func(flow Flow) map[string]any { return s.flowJSON(flow, stored) })
}

func (s *Server) listFlows(c *call) (answer, error) {
	list := []any{}
	for _, flow := range s.store.list(c.tenant) {
		if flow.Namespace == c.PathValue("namespace") {
			list = append(list, s.flowJSON(flow, stored))
		}
	}
	return jsonAnswer(list)
}
