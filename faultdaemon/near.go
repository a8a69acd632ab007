package faultdaemon

import (
	"cmp"
	"slices"
	"strings"
)

// near returns the names that somebody who wrote name may have meant, at most
// three, nearest first: what other tools call so, then what a few changed
// letters or a shared beginning make of it.
func (c *Catalogue) near(name string) []Fault {
	type candidate struct {
		fault    Fault
		distance int
	}
	var found []candidate
	for info := range c.entries {
		other := string(info.Name)
		d := editDistance(name, other)
		switch {
		case slices.Contains(info.AlsoKnownAs, name):
			d = 0
		case d <= len(name)/3+1:
		case len(name) > 3 && (strings.Contains(other, name) || strings.Contains(name, other)):
		default:
			continue
		}
		found = append(found, candidate{info.Name, d})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var faults []Fault
	for _, f := range found[:min(len(found), 3)] {
		faults = append(faults, f.fault)
	}
	return faults
}

// editDistance counts the insertions, deletions and replacements of bytes that
// make b of a (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
