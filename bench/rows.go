package bench

// rows are the lines of the table, in its order.
func rows() []Row {
	var all []Row
	for _, group := range [][]Row{exchangeRows(), rpcRows(), frameRows(), lifeRows(), judgingRows(), toolRows(), relayRows()} {
		all = append(all, group...)
	}
	return all
}
