//! Both platforms in miniature over their real wire protocols, and the two-pane page
