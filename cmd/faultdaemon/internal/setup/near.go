package setup

import (
	"slices"
	"strings"
)

// didYouMean returns a question that names the words that are near to one that
// is none of them, the nearest first; "" where none is.
func didYouMean(word string, known []string) string {
	distance := make(map[string]int)
	var list []string
	for _, other := range known {
		d := editDistance(word, other)
		if d <= len(word)/3+1 || len(word) > 2 && (strings.Contains(other, word) || strings.Contains(word, other)) {
			distance[other] = d
			list = append(list, other)
		}
	}
	if len(list) == 0 {
		return ""
	}
	slices.SortStableFunc(list, func(a, b string) int { return distance[a] - distance[b] })
	return " (did you mean " + strings.Join(list[:min(len(list), 3)], ", ") + "?)"
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
