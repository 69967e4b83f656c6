package nodes

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed files
var files embed.FS

// configuration is what the templates of files/ are filled with.
type configuration struct {
	Dir          string // the node's folder
	Name         string // the node's name
	Registry     string // host and port
	PauseImage   string
	CoreDNSImage string
	CNIPlugins   string // folder
	Pods         string // CIDR of the node's pods
	AllPods      string // CIDR of all nodes' pods
	DNS          string // address of the DNS Service
	Cgroup       string // parent of the pods' cgroups
}

// render fills a template of files/.
func (c configuration) render(name string) (string, error) {
	parsed, err := template.ParseFS(files, "files/"+name)
	if err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	var text strings.Builder
	if err := parsed.Execute(&text, c); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return text.String(), nil
}

// write puts the configuration of a node's processes into its folder.
func (c configuration) write() error {
	for name, file := range map[string]string{
		"containerd.toml": "containerd.toml",
		"cni.conflist":    "cni/10-pods.conflist",
		"kubelet.yaml":    "kubelet.yaml",
		"kube-proxy.yaml": "kube-proxy.yaml",
	} {
		text, err := c.render(name)
		if err != nil {
			return err
		}
		path := filepath.Join(c.Dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
