const untouched = () => Promise.reject(new Error('nothing is catalogued'));

/** For tests in which nobody asks what can be paid for. */
export const noCatalogue = {
  catalogue: {
    keep: untouched,
    list: untouched,
    search: untouched,
    close_to_others: untouched,
    sweep: untouched,
  },
  cataloguer: { note: () => undefined },
};
