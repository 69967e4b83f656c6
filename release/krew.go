package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"text/template"
)

// plugin is the name by which kubectl and krew call it; krew wants the manifest's file to have it too.
const plugin = "kestra"

//go:embed krew.yaml.tmpl
var manifestText string

// download is one archive, as krew's manifest names it.
type download struct {
	OS, Arch, URI, SHA256, Binary string
}

// writeManifest fills the manifest in with the archives' addresses and checksums.
func (r release) writeManifest(sums map[platform]string) error {
	text, err := template.New("krew.yaml.tmpl").Option("missingkey=error").Parse(manifestText)
	if err != nil {
		return err
	}
	var downloads []download
	for _, p := range r.platforms {
		downloads = append(downloads, download{
			OS: p.os, Arch: p.arch, SHA256: sums[p], Binary: r.binaryName(p),
			URI: fmt.Sprintf("%s/v%s/%s", r.downloads, r.version, r.archiveName(p)),
		})
	}
	var manifest bytes.Buffer
	if err := text.Execute(&manifest, map[string]any{"Name": plugin, "Version": "v" + r.version, "Downloads": downloads}); err != nil {
		return err
	}
	_, err = r.write(plugin+".yaml", manifest.Bytes())
	return err
}
