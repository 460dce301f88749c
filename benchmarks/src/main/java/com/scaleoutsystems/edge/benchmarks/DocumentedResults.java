package com.scaleoutsystems.edge.benchmarks;

/** The part of a page that holds the last results. */
final class DocumentedResults {
    private static final String BEGIN = "<!-- results -->\n";
    private static final String END = "<!-- end of results -->\n";

    private DocumentedResults() {}

    /** The page with other results between its marks. */
    static String replace(String page, String results) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("The page needs the lines '" + BEGIN.strip() + "' and '" + END.strip()
                    + "', between which results go");
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + results + "\n" + page.substring(end);
    }
}
