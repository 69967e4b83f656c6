package kestra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
)

const (
	// pageSize is how many entries a page has. A server with 6 000 flows answered 1 000 in a tenth of a second.
	pageSize = 500
	// maxPages bounds a list that never ends: five million entries.
	maxPages = 10_000
	// maxPage bounds one page, in bytes; its entries carry whole flows, which are skipped while reading.
	maxPage = 128 << 20
)

// listPages yields the entries of a paged list. An error ends it.
func listPages[T any](ctx context.Context, c *Client, request call, tenant string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := checkTenant(tenant); err != nil {
			yield(none, err)
			return
		}
		request.method = http.MethodGet
		seen := 0
		for page := 1; page <= maxPages; page++ {
			request.query.Set("size", strconv.Itoa(pageSize))
			request.query.Set("page", strconv.Itoa(page))
			entries, total, err := listPage[T](ctx, c, request)
			if err != nil {
				yield(none, err)
				return
			}
			for _, entry := range entries {
				if !yield(entry, nil) {
					return
				}
			}
			seen += len(entries)
			// A page past the end answers a total of 0, so an empty page ends the list whatever it says.
			if len(entries) == 0 || seen >= total {
				return
			}
		}
		yield(none, fmt.Errorf("the list has more than %d entries, which is more than are read", maxPages*pageSize))
	}
}

func listPage[T any](ctx context.Context, c *Client, request call) (entries []T, total int, err error) {
	request.read = func(response *http.Response) error {
		entries, total, err = decodePage[T](io.LimitReader(response.Body, maxPage))
		return err
	}
	err = c.do(ctx, request)
	return entries, total, err
}

// decodePage reads {"results": […], "total": n} entry by entry, so that no page is held in memory as a whole.
func decodePage[T any](body io.Reader) (entries []T, total int, err error) {
	decoder := json.NewDecoder(body)
	if err := expect(decoder, json.Delim('{')); err != nil {
		return nil, 0, err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, 0, fmt.Errorf("read the list: %w", err)
		}
		switch name {
		case "results":
			entries, err = decodeEntries[T](decoder)
		case "total":
			err = decoder.Decode(&total)
		default:
			err = decoder.Decode(&json.RawMessage{})
		}
		if err != nil {
			return nil, 0, fmt.Errorf("read the list: %w", err)
		}
	}
	return entries, total, expect(decoder, json.Delim('}'))
}

func decodeEntries[T any](decoder *json.Decoder) ([]T, error) {
	if err := expect(decoder, json.Delim('[')); err != nil {
		return nil, err
	}
	var entries []T
	for decoder.More() {
		var entry T
		if err := decoder.Decode(&entry); err != nil {
			return nil, err
		}
		if len(entries) == pageSize {
			return nil, fmt.Errorf("the page has more than the %d entries asked for", pageSize)
		}
		entries = append(entries, entry)
	}
	return entries, expect(decoder, json.Delim(']'))
}

func expect(decoder *json.Decoder, want json.Delim) error {
	token, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	if token != want {
		return errors.New("the answer is not a paged list: is this Kestra's API port?")
	}
	return nil
}
