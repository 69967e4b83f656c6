// Command release makes what a release consists of: an archive with the binary for each platform, the packaged chart, the
// image, bills of materials, the manifest by which krew installs the kubectl plugin, and checksums of all of it.
//
// Everything is made in a folder; nothing is published, tagged or signed. The same source makes the same files, wherever and
// whenever it is built: files are in a fixed order, and dated as SOURCE_DATE_EPOCH says.
package main
