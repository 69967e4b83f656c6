package contract

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// exchange is one recorded request with its answer.
type exchange struct {
	Step    string `json:"step"`
	Request struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
		Base64  string            `json:"base64"`
	} `json:"request"`
	Response reply `json:"response"`
}

// reply is an answer, recorded or fresh. Of a fresh one only Raw is set.
type reply struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	JSON    json.RawMessage   `json:"json"`
	Text    string            `json:"text"`
	Base64  string            `json:"base64"`
}

func (e exchange) body(t *testing.T) []byte {
	t.Helper()
	if e.Request.Base64 == "" {
		return []byte(e.Request.Body)
	}
	return decodeBase64(t, e.Request.Base64)
}

func decodeBase64(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("decode a recorded body: %v", err)
	}
	return data
}

// recorded reads a server's exchanges in order.
func recorded(t *testing.T, version string) []exchange {
	t.Helper()
	data := recordings.Read(t, "kestra", version, "exchanges.jsonl")
	var exchanges []exchange
	decoder := json.NewDecoder(bytes.NewReader(data))
	for decoder.More() {
		var e exchange
		if err := decoder.Decode(&e); err != nil {
			t.Fatalf("read the exchanges of %s after %d: %v", version, len(exchanges), err)
		}
		exchanges = append(exchanges, e)
	}
	return exchanges
}
