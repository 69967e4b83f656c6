package build

import (
	"fmt"
	"os"
	"path/filepath"
)

// cacheVariable names the environment variable that moves the cache.
const cacheVariable = "KESTRA_OPERATOR_CACHE"

// modulesDir holds the modules, below the project's root.
const modulesDir = "test/cluster/modules"

// CacheDir is the folder of everything that is worth keeping between runs and can
// be made again.
func CacheDir() (string, error) {
	if dir := os.Getenv(cacheVariable); dir != "" {
		return filepath.Abs(dir)
	}
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, ".cache", "cluster"), nil
}

// projectRoot is the nearest folder at or above the working directory that holds
// the modules. `go test` runs in its package's folder, so that every test finds it.
func projectRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project's root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, modulesDir)) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the project's root: no folder at or above %s holds %s", start, modulesDir)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
