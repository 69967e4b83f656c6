package contract

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// recordings is where the recorded servers' folders are, seen from this package.
const recordings = "../../../shared/kestra"

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
	file := filepath.Join(recordings, version, "exchanges.jsonl")
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the recordings are missing: %v", err)
		}
		t.Skipf("SKIPPED: the recordings are not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []exchange
	decoder := json.NewDecoder(bytes.NewReader(data))
	for decoder.More() {
		var e exchange
		if err := decoder.Decode(&e); err != nil {
			t.Fatalf("read %s after %d exchanges: %v", file, len(exchanges), err)
		}
		exchanges = append(exchanges, e)
	}
	return exchanges
}
