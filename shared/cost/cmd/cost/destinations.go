package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"

	"github.com/rumline/rumline/shared/cost"
)

// configured are the names of the destinations in a file of Terraform's variables, in order.
func configured(path string) ([]string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the destinations: %w", err)
	}
	file, problems := hclparse.NewParser().ParseHCL(source, path)
	if problems.HasErrors() {
		return nil, fmt.Errorf("read the destinations: %w", problems)
	}
	attributes, problems := file.Body.JustAttributes()
	if problems.HasErrors() {
		return nil, fmt.Errorf("read the destinations: %w", problems)
	}
	destinations := attributes["destinations"]
	if destinations == nil {
		return nil, fmt.Errorf("read the destinations: %s sets none", path)
	}
	entries, problems := hcl.ExprMap(destinations.Expr)
	if problems.HasErrors() {
		return nil, fmt.Errorf("read the destinations: %w", problems)
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		if problems := gohcl.DecodeExpression(entry.Key, nil, &names[i]); problems.HasErrors() {
			return nil, fmt.Errorf("read the destinations: %w", problems)
		}
	}
	slices.Sort(names)
	return names, nil
}

// without are the names that a bill has no lines of.
func without(b cost.Bill, names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(b.Destinations, func(d cost.Destination) bool { return d.Name == name })
	})
}
