// Package generate makes manifests of files on disk: namespace files of a folder, and flows of raw flow files.
//
// It reads regular files only, never through a link, and says of each file that it leaves out why. It judges
// no flow (that is what validate is for) and talks to no server.
package generate
