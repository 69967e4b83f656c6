package catalog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const (
	// dataKey holds the compressed catalog; it is absent while only the server's version is known.
	dataKey = "catalog.json.gz"
	// maxSaved bounds the compressed catalog, in bytes. A ConfigMap holds 1 MiB; the catalog of a server with
	// 65 plugins takes 57 KB, so one ConfigMap is enough for a server with well over a thousand, and is
	// replaced atomically, which a split one would not be.
	maxSaved = 900 << 10

	// AnnotationVersion tells the version of the server whose catalog a ConfigMap holds.
	AnnotationVersion     = "kestra.io/server-version"
	annotationPluginsHash = "kestra.io/plugins-hash"
	annotationFormat      = "kestra.io/catalog-format"
	// format of the saved catalog. A replica of another release that reads another format leaves it alone.
	format = "1"
)

// errOtherFormat is what a ConfigMap saved by another release of the operator gives.
var errOtherFormat = errors.New("the saved catalog has another format")

// save writes a catalog into a ConfigMap; nil saves the server's version alone.
func save(configMap *corev1.ConfigMap, server kestra.Server, made *flow.Catalog) error {
	data := []byte(nil)
	if made != nil {
		var err error
		if data, err = compress(made.Marshal()); err != nil {
			return err
		}
		if len(data) > maxSaved {
			return fmt.Errorf("the catalog takes %d bytes compressed, more than the %d that a ConfigMap may hold", len(data), maxSaved)
		}
	}
	if configMap.Annotations == nil {
		configMap.Annotations = map[string]string{}
	}
	configMap.Annotations[AnnotationVersion] = server.Version
	configMap.Annotations[annotationPluginsHash] = strconv.FormatInt(server.PluginsHash, 10)
	configMap.Annotations[annotationFormat] = format
	configMap.BinaryData = map[string][]byte{}
	if data != nil {
		configMap.BinaryData[dataKey] = data
	}
	return nil
}

// load returns the catalog in a ConfigMap: the embedded one of the server's line when only its version was saved.
func load(configMap *corev1.ConfigMap) (*flow.Catalog, error) {
	if configMap.Annotations[annotationFormat] != format {
		return nil, errOtherFormat
	}
	data, ok := configMap.BinaryData[dataKey]
	if !ok {
		return flow.Embedded(configMap.Annotations[AnnotationVersion])
	}
	return flow.LoadCatalog(data)
}

// describes is true when a ConfigMap holds the catalog of this very server, made from its schema.
func describes(configMap *corev1.ConfigMap, server kestra.Server) bool {
	return configMap.Annotations[AnnotationVersion] == server.Version &&
		configMap.Annotations[annotationPluginsHash] == strconv.FormatInt(server.PluginsHash, 10) &&
		configMap.BinaryData[dataKey] != nil
}

func compress(data []byte) ([]byte, error) {
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("compress the catalog: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the catalog: %w", err)
	}
	return compressed.Bytes(), nil
}
