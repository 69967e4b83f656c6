package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	page := flags.String("page", "", "Markdown page to fill; the table is printed when empty")
	plots := flags.String("plots", "", "folder for the plots; none are drawn when empty")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	measured, err := readResults(flags.Args())
	if err != nil {
		return err
	}
	if *plots != "" {
		if err := drawAll(measured, *plots); err != nil {
			return fmt.Errorf("draw: %w", err)
		}
	}
	if *page == "" {
		fmt.Print(table(measured))
		return nil
	}
	return fill(*page, table(measured))
}
