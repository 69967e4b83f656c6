package main

import (
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run tallies the files and returns the exit code. The tally is the last line of out.
func run(files []string, out, complaints io.Writer) int {
	var total tally
	for _, name := range files {
		total.file(name)
	}
	if len(files) == 0 {
		total.complain("no file of test events was named")
	}
	for _, complaint := range total.complaints {
		_, _ = fmt.Fprintln(complaints, "tally:", complaint) // nowhere else to say so
	}
	if _, err := fmt.Fprintln(out, total); err != nil || total.failed > 0 {
		return 1
	}
	return 0
}
